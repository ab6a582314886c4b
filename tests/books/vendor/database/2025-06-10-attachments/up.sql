ALTER TABLE account ADD COLUMN last_ip inet; -- @category user.device.ip_address

CREATE TABLE attachment (
    id          uuid PRIMARY KEY,
    note_id     uuid NOT NULL REFERENCES note (id),
    file_name   text NOT NULL,
    content     bytea NOT NULL
);
