/**
 * What a client may do with a resource (KIP-430): without an authorizer everything there is to do, each operation a
 * bit by its AclOperation code. Clients that do not ask get "not asked for", the field's default.
 */
const [READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE] = [3, 4, 5, 6, 7, 8]
const [CLUSTER_ACTION, DESCRIBE_CONFIGS, ALTER_CONFIGS, IDEMPOTENT_WRITE] = [9, 10, 11, 12]

export const EVERY_TOPIC_OPERATION = bits([
  READ,
  WRITE,
  CREATE,
  DELETE,
  ALTER,
  DESCRIBE,
  DESCRIBE_CONFIGS,
  ALTER_CONFIGS,
])

export const EVERY_CLUSTER_OPERATION = bits([
  CREATE,
  ALTER,
  DESCRIBE,
  CLUSTER_ACTION,
  DESCRIBE_CONFIGS,
  ALTER_CONFIGS,
  IDEMPOTENT_WRITE,
])

/** Of a group, of whatever protocol. */
export const ALL_GROUP_OPERATIONS = bits([READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS])

function bits(operations: readonly number[]): number {
  return operations.reduce((all, operation) => all | (1 << operation), 0)
}
