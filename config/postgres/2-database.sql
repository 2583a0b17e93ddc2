-- What the superuser prepares inside a database of Watchfloor: the same for compose,
-- the embedded demo and the test cluster. The roles exist already.

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- Only the owner makes tables, and only rows in them are the app's business.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO watchfloor_owner;
GRANT USAGE ON SCHEMA public TO watchfloor_app;
ALTER DEFAULT PRIVILEGES FOR ROLE watchfloor_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO watchfloor_app;
ALTER DEFAULT PRIVILEGES FOR ROLE watchfloor_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO watchfloor_app;
