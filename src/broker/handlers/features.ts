/**
 * The cluster features of KIP-584. Clients switch protocols by them (KIP-848 groups by `group.version`, transactions
 * of KIP-890 by `transaction.version`), so a feature stands here only once the engine has it.
 */
export const SUPPORTED_FEATURES: readonly { name: string; minVersion: number; maxVersion: number }[] = [
  // Level 25 is Kafka 4.0's: the level whose APIs the engine follows.
  { name: 'metadata.version', minVersion: 7, maxVersion: 25 },
  { name: 'group.version', minVersion: 0, maxVersion: 1 },
  { name: 'share.version', minVersion: 0, maxVersion: 1 },
]
