CREATE SCHEMA IF NOT EXISTS statusquo;
CREATE TABLE IF NOT EXISTS statusquo.mark (nonce text NOT NULL);
