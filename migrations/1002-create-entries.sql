-- Entries (servers, skills, plugins) and their versions.

-- migrate: up
CREATE TABLE entry (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT entry_pkey PRIMARY KEY,
  source_id bigint NOT NULL CONSTRAINT entry_source_fkey REFERENCES source ON DELETE CASCADE,
  kind text COLLATE "C" NOT NULL CONSTRAINT entry_kind_check CHECK (kind IN ('server', 'skill', 'plugin')),
  -- Empty for servers, whose name carries its namespace.
  namespace text COLLATE "C" NOT NULL DEFAULT '',
  name text COLLATE "C" NOT NULL,
  claims jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT entry_source_kind_name_key UNIQUE (source_id, kind, name, namespace)
);

CREATE TABLE entry_version (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT entry_version_pkey PRIMARY KEY,
  entry_id bigint NOT NULL CONSTRAINT entry_version_entry_fkey REFERENCES entry ON DELETE CASCADE,
  -- Copy of the entry's, so that a source's changed rows are found by one index.
  source_id bigint NOT NULL CONSTRAINT entry_version_source_fkey REFERENCES source ON DELETE CASCADE,
  version text COLLATE "C" NOT NULL,
  -- The stored order of an entry's versions: document order for a pass, order of publishing for managed sources.
  ordinal integer NOT NULL,
  -- The identity that publishing a skill or plugin answers with.
  public_id uuid NOT NULL DEFAULT gen_random_uuid(),
  title text NOT NULL DEFAULT '',
  description text NOT NULL DEFAULT '',
  status text NOT NULL DEFAULT 'active' CONSTRAINT entry_version_status_check CHECK (status IN ('active', 'deprecated')),
  -- The JSON exactly as it is served; jsonb would reorder members and respell numbers.
  document text NOT NULL,
  document_hash text NOT NULL,
  -- What filters look at: tags, transports, registry types, kinds, skill status.
  facets jsonb NOT NULL DEFAULT '{}',
  published_at timestamptz NOT NULL,
  status_changed_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- The source's revision that last changed this row or its entry.
  revision bigint NOT NULL,
  CONSTRAINT entry_version_entry_version_key UNIQUE (entry_id, version)
);

CREATE INDEX entry_version_source_revision_idx ON entry_version (source_id, revision);

-- Also where this step is run by another user than the first, whose default privileges do not reach these tables.
GRANT SELECT, INSERT, UPDATE, DELETE ON entry, entry_version TO toolhive_registry_server;
GRANT USAGE, SELECT ON SEQUENCE entry_id_seq, entry_version_id_seq TO toolhive_registry_server;

-- A pass stages what arrives in temporary tables. Everybody may make these, until an operator takes the right from PUBLIC.
DO $$
BEGIN
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO toolhive_registry_server', current_database());
EXCEPTION
  WHEN insufficient_privilege THEN NULL;
END
$$;

-- migrate: down
DO $$
BEGIN
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM toolhive_registry_server', current_database());
EXCEPTION
  WHEN insufficient_privilege OR undefined_object THEN NULL;
END
$$;
DROP TABLE entry_version;
DROP TABLE entry;
