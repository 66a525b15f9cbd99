/** Injection token of {@link PublicRegistries}; a global module provides it. */
export const PUBLIC_REGISTRIES = Symbol('PUBLIC_REGISTRIES');

/** Tells which registries are served without a token (ahead.md P2). */
export interface PublicRegistries {
  /**
   * Whether a registry of this (decoded) name exists and has `access: public`. Asked for each consumer request, so it
   * answers from memory.
   */
  isPublic(registryName: string): boolean;
}
