/** The schema of the established server at version 23, written down from operations spec 4.5. */
export const ESTABLISHED_SCHEMA = `
  CREATE TYPE creation_type AS ENUM ('API', 'CONFIG');
  CREATE TYPE entry_type AS ENUM ('MCP', 'SKILL', 'PLUGIN');
  CREATE TYPE sync_status AS ENUM ('IN_PROGRESS', 'COMPLETED', 'FAILED');
  CREATE TYPE icon_theme AS ENUM ('LIGHT', 'DARK');
  CREATE TYPE skill_status AS ENUM ('ACTIVE', 'DEPRECATED', 'ARCHIVED');
  CREATE TYPE plugin_status AS ENUM ('ACTIVE', 'DEPRECATED', 'ARCHIVED');

  CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);
  INSERT INTO schema_migrations VALUES (23, false);

  CREATE TABLE source (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL UNIQUE,
    creation_type creation_type NOT NULL DEFAULT 'CONFIG',
    source_type text NOT NULL CHECK (source_type IN ('git', 'api', 'file', 'managed', 'kubernetes')),
    source_config jsonb,
    filter_config jsonb,
    sync_schedule interval,
    syncable boolean NOT NULL DEFAULT true,
    claims jsonb,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now()
  );
  CREATE TABLE registry (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL UNIQUE,
    claims jsonb,
    creation_type creation_type NOT NULL,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now()
  );
  CREATE TABLE registry_source (
    registry_id uuid NOT NULL REFERENCES registry ON DELETE CASCADE,
    source_id uuid NOT NULL REFERENCES source ON DELETE RESTRICT,
    position int NOT NULL DEFAULT 0,
    created_at timestamptz DEFAULT now(),
    PRIMARY KEY (registry_id, source_id)
  );
  CREATE TABLE registry_sync (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    source_id uuid UNIQUE REFERENCES source ON DELETE CASCADE,
    sync_status sync_status NOT NULL,
    error_msg text,
    started_at timestamptz,
    ended_at timestamptz,
    attempt_count bigint NOT NULL DEFAULT 0,
    last_sync_hash text,
    last_applied_filter_hash text,
    server_count bigint NOT NULL DEFAULT 0,
    skill_count bigint NOT NULL DEFAULT 0,
    plugin_count bigint NOT NULL DEFAULT 0
  );
  CREATE TABLE registry_entry (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    source_id uuid NOT NULL REFERENCES source ON DELETE CASCADE,
    entry_type entry_type NOT NULL,
    name text NOT NULL,
    claims jsonb,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    UNIQUE (source_id, entry_type, name)
  );
  CREATE TABLE entry_version (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    entry_id uuid NOT NULL REFERENCES registry_entry ON DELETE CASCADE,
    name text NOT NULL,
    version text NOT NULL,
    title text,
    description text,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    UNIQUE (entry_id, version)
  );
  CREATE TABLE latest_entry_version (
    source_id uuid NOT NULL REFERENCES source ON DELETE CASCADE,
    name text NOT NULL,
    version text NOT NULL,
    latest_version_id uuid NOT NULL REFERENCES entry_version ON DELETE CASCADE,
    PRIMARY KEY (source_id, name)
  );
  CREATE TABLE mcp_server (
    version_id uuid PRIMARY KEY REFERENCES entry_version ON DELETE CASCADE,
    website text,
    upstream_meta jsonb,
    server_meta jsonb,
    repository_url text,
    repository_id text,
    repository_subfolder text,
    repository_type text
  );
  CREATE TABLE mcp_server_package (
    server_id uuid NOT NULL REFERENCES mcp_server ON DELETE CASCADE,
    registry_type text NOT NULL,
    pkg_registry_url text NOT NULL,
    pkg_identifier text NOT NULL,
    pkg_version text NOT NULL,
    runtime_hint text,
    runtime_arguments jsonb,
    package_arguments jsonb,
    sha256_hash text,
    transport text NOT NULL,
    transport_url text,
    transport_headers jsonb,
    env_vars jsonb,
    PRIMARY KEY (server_id, registry_type, pkg_identifier, transport)
  );
  CREATE TABLE mcp_server_remote (
    server_id uuid NOT NULL REFERENCES mcp_server ON DELETE CASCADE,
    transport text NOT NULL,
    transport_url text NOT NULL,
    transport_headers jsonb,
    PRIMARY KEY (server_id, transport, transport_url)
  );
  CREATE TABLE mcp_server_icon (
    server_id uuid NOT NULL REFERENCES mcp_server ON DELETE CASCADE,
    source_uri text NOT NULL,
    mime_type text NOT NULL,
    theme icon_theme NOT NULL,
    PRIMARY KEY (server_id, source_uri, mime_type, theme)
  );
  CREATE TABLE skill (
    version_id uuid PRIMARY KEY REFERENCES entry_version ON DELETE CASCADE,
    namespace text NOT NULL,
    status skill_status NOT NULL DEFAULT 'ACTIVE',
    license text,
    compatibility text,
    allowed_tools text[],
    repository jsonb,
    icons jsonb,
    metadata jsonb,
    extension_meta jsonb,
    UNIQUE (version_id, namespace)
  );
  CREATE TABLE plugin (
    version_id uuid PRIMARY KEY REFERENCES entry_version ON DELETE CASCADE,
    namespace text NOT NULL,
    status plugin_status NOT NULL DEFAULT 'ACTIVE',
    license text,
    repository jsonb,
    icons jsonb,
    metadata jsonb,
    extension_meta jsonb,
    UNIQUE (version_id, namespace)
  );
  CREATE TABLE skill_oci_package (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    skill_id uuid NOT NULL REFERENCES skill ON DELETE CASCADE,
    identifier text NOT NULL,
    digest text,
    media_type text
  );
  CREATE TABLE skill_git_package (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    skill_id uuid NOT NULL REFERENCES skill ON DELETE CASCADE,
    url text NOT NULL,
    ref text,
    commit_sha text,
    subfolder text
  );
  CREATE TABLE plugin_oci_package (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    plugin_id uuid NOT NULL REFERENCES plugin ON DELETE CASCADE,
    identifier text NOT NULL,
    digest text,
    media_type text
  );
  CREATE TABLE plugin_git_package (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    plugin_id uuid NOT NULL REFERENCES plugin ON DELETE CASCADE,
    url text NOT NULL,
    ref text,
    commit_sha text,
    subfolder text
  )`;
