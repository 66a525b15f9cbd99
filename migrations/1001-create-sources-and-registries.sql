-- Roles, sources with their synchronisation state, and registries over them.
-- Versions start at 1001: numbers below belong to the schema of the established server (operations spec 4.5), so neither
-- program takes the other's database for its own.

-- migrate: up
DO $$
BEGIN
  -- Asked first, so that a user without CREATEROLE can migrate where the role exists.
  IF to_regrole('toolhive_registry_server') IS NULL THEN
    CREATE ROLE toolhive_registry_server NOLOGIN;
  END IF;
EXCEPTION
  -- Roles belong to the whole cluster, and another database of it is being migrated at this moment.
  WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

CREATE TABLE source (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT source_pkey PRIMARY KEY,
  name text COLLATE "C" NOT NULL CONSTRAINT source_name_key UNIQUE,
  kind text NOT NULL CONSTRAINT source_kind_check CHECK (kind IN ('git', 'api', 'file', 'managed', 'kubernetes')),
  creation_type text NOT NULL CONSTRAINT source_creation_type_check CHECK (creation_type IN ('CONFIG', 'API')),
  -- The kind's block with the key names of the configuration file.
  settings jsonb NOT NULL DEFAULT '{}',
  format text CONSTRAINT source_format_check CHECK (format IN ('upstream', 'toolhive')),
  filter jsonb,
  sync_interval_microseconds bigint,
  on_invalid_entry text CONSTRAINT source_on_invalid_entry_check CHECK (on_invalid_entry IN ('fail', 'skip')),
  claims jsonb,
  -- Raised under this row's lock by every change of the source's entries.
  revision bigint NOT NULL DEFAULT 0,
  -- The revision at which an entry version was last removed; readers that have seen it need not look for gone rows.
  removed_at_revision bigint NOT NULL DEFAULT 0,
  -- When a managed source left the configuration file: hidden, but kept until the retention has passed.
  retired_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- At most one managed source that is in use, over configuration and API together.
CREATE UNIQUE INDEX source_single_managed_key ON source ((true)) WHERE kind = 'managed' AND retired_at IS NULL;

CREATE TABLE sync_status (
  source_id bigint CONSTRAINT sync_status_pkey PRIMARY KEY
    CONSTRAINT sync_status_source_fkey REFERENCES source ON DELETE CASCADE,
  phase text NOT NULL CONSTRAINT sync_status_phase_check CHECK (phase IN ('syncing', 'complete', 'failed')),
  message text NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  attempt_count integer NOT NULL DEFAULT 0,
  server_count bigint NOT NULL DEFAULT 0,
  skill_count bigint NOT NULL DEFAULT 0,
  plugin_count bigint NOT NULL DEFAULT 0,
  -- SHA-256 of what the last successful pass fetched, and of the settings and filter it was stored with.
  content_hash text,
  settings_hash text,
  rejected_count bigint NOT NULL DEFAULT 0,
  rejected_entries jsonb,
  -- What an incremental fetcher remembers from pass to pass.
  fetch_state jsonb,
  -- When the next pass is due; null for sources that are not synchronised.
  due_at timestamptz,
  lease_owner text,
  lease_expires_at timestamptz
);

CREATE INDEX sync_status_due_at_idx ON sync_status (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE registry (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT registry_pkey PRIMARY KEY,
  name text COLLATE "C" NOT NULL CONSTRAINT registry_name_key UNIQUE,
  creation_type text NOT NULL CONSTRAINT registry_creation_type_check CHECK (creation_type IN ('CONFIG', 'API')),
  access text NOT NULL DEFAULT 'private' CONSTRAINT registry_access_check CHECK (access IN ('private', 'public')),
  claims jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE registry_source (
  registry_id bigint NOT NULL CONSTRAINT registry_source_registry_fkey REFERENCES registry ON DELETE CASCADE,
  source_id bigint NOT NULL CONSTRAINT registry_source_source_fkey REFERENCES source ON DELETE RESTRICT,
  position integer NOT NULL,
  CONSTRAINT registry_source_pkey PRIMARY KEY (registry_id, source_id)
);

CREATE INDEX registry_source_source_id_idx ON registry_source (source_id);

GRANT USAGE ON SCHEMA public TO toolhive_registry_server;
GRANT SELECT, INSERT, UPDATE, DELETE
  ON schema_migrations, source, sync_status, registry, registry_source TO toolhive_registry_server;
GRANT USAGE, SELECT ON SEQUENCE source_id_seq, registry_id_seq TO toolhive_registry_server;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO toolhive_registry_server;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO toolhive_registry_server;

-- migrate: down
DROP TABLE registry_source;
DROP TABLE registry;
DROP TABLE sync_status;
DROP TABLE source;
DO $$
BEGIN
  IF to_regrole('toolhive_registry_server') IS NULL THEN
    RETURN;
  END IF;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLES FROM toolhive_registry_server;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE USAGE, SELECT ON SEQUENCES FROM toolhive_registry_server;
  REVOKE ALL ON schema_migrations FROM toolhive_registry_server;
  REVOKE ALL ON SCHEMA public FROM toolhive_registry_server;
  -- Dropping a role ends its memberships, silently; users that were given it shall have it on the way up again.
  IF EXISTS (
    SELECT FROM pg_auth_members WHERE roleid = 'toolhive_registry_server'::regrole AND member <> current_user::regrole
  ) THEN
    RETURN;
  END IF;
  BEGIN
    DROP ROLE toolhive_registry_server;
  EXCEPTION
    -- Other databases of the cluster grant to the role, or it belongs to somebody else: it stays.
    WHEN dependent_objects_still_exist OR insufficient_privilege OR undefined_object THEN NULL;
  END;
END
$$;
