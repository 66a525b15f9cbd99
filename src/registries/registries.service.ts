import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccessPolicy } from '../auth/access-policy.js';
import type { Caller } from '../auth/caller.js';
import { ForbiddenError, InvalidInputError, NotFoundError } from '../common/errors.js';
import type { RegistryDefinition } from '../config/config.js';
import { TransactionRunner } from '../database/transaction-runner.js';
import { shareDefinitions } from '../sources/definition-lock.js';
import { traceOperation } from '../telemetry/operation-span.js';
import type { PutRegistryRequest } from './dto/put-registry.request.js';
import type { RegistryEntriesResponse } from './dto/registry-entries.response.js';
import type { RegistriesResponse, RegistryResponse } from './dto/registry.response.js';
import { RegistriesRepository, type RegistryRow } from './registries.repository.js';
import { assertValidRegistryName, readRegistryDefinition } from './registry-rules.js';
import { toRegistryEntryResponse, toRegistryResponse } from './to-registry-response.js';

/** What a PUT did. */
export interface PutRegistryResult {
  readonly isNew: boolean;
  readonly registry: RegistryResponse;
}

/** The rules of `/v1/registries` (admin-api spec 5, auth spec 9 to 12). */
@Injectable()
export class RegistriesService {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly repository: RegistriesRepository,
    private readonly policy: AccessPolicy,
  ) {}

  /** All registries that the caller may see, by name. */
  list(caller: Caller | undefined): Promise<RegistriesResponse> {
    const work = async (): Promise<RegistriesResponse> => {
      const registries = await this.repository.list();
      return {
        registries: registries.filter(({ claims }) => this.policy.sees(caller, claims)).map(toRegistryResponse),
      };
    };
    return traceOperation('ListRegistries', {}, work, ({ registries }) => ({ 'result.count': registries.length }));
  }

  /** @throws NotFoundError when there is no such registry, or the caller may not see it */
  get(caller: Caller | undefined, name: string): Promise<RegistryResponse> {
    return traceOperation('GetRegistryByName', { 'registry.name': name }, async () =>
      toRegistryResponse(await this.#getVisible(caller, name)),
    );
  }

  /**
   * All versions of all sources, nothing shadowed; entries that the caller may not see are left out (auth spec 17.11).
   * @throws NotFoundError when there is no such registry, or the caller may not see it
   */
  listEntries(caller: Caller | undefined, name: string): Promise<RegistryEntriesResponse> {
    const work = async (): Promise<RegistryEntriesResponse> => {
      const registry = await this.#getVisible(caller, name);
      const entries = await this.repository.listEntries(registry.id);
      return { entries: entries.filter(({ claims }) => this.policy.sees(caller, claims)).map(toRegistryEntryResponse) };
    };
    const describe = ({ entries }: RegistryEntriesResponse) => ({ 'result.count': entries.length });
    return traceOperation('ListRegistryEntries', { 'registry.name': name }, work, describe);
  }

  /**
   * Creates a registry, or replaces one that the API made. Safe under parallel calls: one of them creates, the others
   * replace.
   * @throws InvalidInputError for the body, the name of a new registry, or a source that does not exist; ForbiddenError
   *   for a registry of the configuration file, or claims of the caller that do not suffice
   */
  async put(caller: Caller | undefined, name: string, body: PutRegistryRequest): Promise<PutRegistryResult> {
    const definition = readRegistryDefinition(name, body);
    this.policy.assertMayWrite(caller, definition.claims);
    return this.runner.run(
      async (tx) => {
        await shareDefinitions(tx);
        return this.#createOrUpdate(tx, caller, definition);
      },
      { announce: 'everywhere' },
    );
  }

  /**
   * Deletes a registry that the API made; its sources and their entries stay.
   * @throws NotFoundError; ForbiddenError for registries of the configuration file or out of the caller's claims
   */
  async delete(caller: Caller | undefined, name: string): Promise<void> {
    const work = async (tx: EntityManager): Promise<void> => {
      await shareDefinitions(tx);
      const registry = await this.repository.lock(tx, name);
      if (!registry) throw new NotFoundError(`registry not found: ${name}`);
      this.#assertModifiable(caller, registry);
      await this.repository.delete(tx, registry.id);
    };
    await traceOperation('DeleteRegistry', { 'registry.name': name }, () =>
      this.runner.run(work, { announce: 'everywhere' }),
    );
  }

  async #createOrUpdate(
    tx: EntityManager,
    caller: Caller | undefined,
    definition: RegistryDefinition,
  ): Promise<PutRegistryResult> {
    const current = await this.repository.lock(tx, definition.name);
    if (current) return { isNew: false, registry: await this.#update(tx, caller, current, definition) };
    const created = await this.#create(tx, caller, definition);
    // Without one, somebody else was faster: now the registry is there, or has even gone again.
    return created ? { isNew: true, registry: created } : this.#createOrUpdate(tx, caller, definition);
  }

  #create(
    tx: EntityManager,
    caller: Caller | undefined,
    definition: RegistryDefinition,
  ): Promise<RegistryResponse | undefined> {
    return traceOperation('CreateRegistry', { 'registry.name': definition.name }, async () => {
      assertValidRegistryName(definition.name);
      const sourceIds = await this.#referToSources(tx, caller, definition.sources);
      const created = await this.repository.insert(tx, definition, 'API', sourceIds);
      return created && toRegistryResponse(created);
    });
  }

  #update(
    tx: EntityManager,
    caller: Caller | undefined,
    current: RegistryRow,
    definition: RegistryDefinition,
  ): Promise<RegistryResponse> {
    return traceOperation('UpdateRegistry', { 'registry.name': current.name }, async () => {
      this.#assertModifiable(caller, current);
      const sourceIds = await this.#referToSources(tx, caller, definition.sources);
      return toRegistryResponse(await this.repository.replace(tx, current, definition, sourceIds));
    });
  }

  /** Ids of the sources in the order of their names, each of which the caller must see. */
  async #referToSources(
    tx: EntityManager,
    caller: Caller | undefined,
    names: readonly string[],
  ): Promise<readonly number[]> {
    const found = new Map((await this.repository.keepSources(tx, names)).map((source) => [source.name, source]));
    return names.map((name) => {
      const source = found.get(name);
      if (!source) throw new InvalidInputError(`source not found: ${name}`);
      this.policy.assertSees(caller, source.claims, `: cannot reference source ${name}`);
      return source.id;
    });
  }

  #assertModifiable(caller: Caller | undefined, registry: RegistryRow): void {
    if (registry.creationType === 'CONFIG') {
      throw new ForbiddenError(`cannot modify config-created registry via API: ${registry.name}`);
    }
    this.policy.assertSees(caller, registry.claims);
  }

  async #getVisible(caller: Caller | undefined, name: string): Promise<RegistryRow> {
    const registry = await this.repository.find(name);
    if (!registry || !this.policy.sees(caller, registry.claims)) throw new NotFoundError(`registry not found: ${name}`);
    return registry;
  }
}
