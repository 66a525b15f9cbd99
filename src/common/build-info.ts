/** Injection token of {@link BuildInfo}. */
export const BUILD_INFO = Symbol('BUILD_INFO');

/** What `version --format json` and `GET /version` answer (operations spec 3.2); all members are non-empty. */
export interface BuildInfo {
  readonly version: string;
  readonly commit: string;
  readonly build_date: string;
  /** Kept for compatibility: the version of the runtime, which is Node.js here. */
  readonly go_version: string;
  /** `os/arch` in Go's spelling. */
  readonly platform: string;
}
