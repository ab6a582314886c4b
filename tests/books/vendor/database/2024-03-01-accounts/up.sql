-- Who can sign in, and what they write.
CREATE TABLE account (
    id          uuid PRIMARY KEY,
    email       text NOT NULL UNIQUE,
    full_name   text NOT NULL,
    language    text NOT NULL DEFAULT 'en',
    last_seen   timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE note (
    id          uuid PRIMARY KEY,
    author_id   uuid NOT NULL REFERENCES account (id),
    title       text NOT NULL,
    body        jsonb NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE country (
    code        char(2) PRIMARY KEY,
    name        text NOT NULL
);
