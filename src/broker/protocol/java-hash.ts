/** Java's String.hashCode, which decides in which partition of an internal topic a group belongs. */

/** Over UTF-16 code units, which JavaScript strings have too. */
export function javaHash(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}

/** Kafka's `Utils.abs`: Integer.MIN_VALUE, which has no positive twin, counts as 0. */
export function coordinatorPartition(id: string, partitions: number): number {
  const hash = javaHash(id)
  return hash === -(2 ** 31) ? 0 : Math.abs(hash) % partitions
}
