DROP TABLE messages;
DROP TABLE memberships;
DROP TABLE rooms;
DROP TABLE refresh_secrets;
DROP TABLE sessions;
DROP TABLE users;
DROP TABLE workspace;
