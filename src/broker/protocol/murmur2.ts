/**
 * The hash Kafka's producers choose a key's partition with. It has to agree with the Java client bit for bit:
 * otherwise a key written by two programs lands in two partitions.
 */

const SEED = 0x9747b28c
const MULTIPLIER = 0x5bd1e995

/** Murmur2 over `data` as a signed 32-bit integer, as Java has it. */
export function murmur2(data: Buffer): number {
  const { length } = data
  let hash = SEED ^ length
  let at = 0
  for (; at + 4 <= length; at += 4) {
    let word = Math.imul(data.readInt32LE(at), MULTIPLIER)
    word = Math.imul(word ^ (word >>> 24), MULTIPLIER)
    hash = Math.imul(hash, MULTIPLIER) ^ word
  }
  if (at < length) {
    for (let shift = 0; at < length; at++, shift += 8) hash ^= data[at]! << shift
    hash = Math.imul(hash, MULTIPLIER)
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER)
  return hash ^ (hash >>> 15)
}

/** The partition the default partitioners put a key in. Clears the sign bit, which is not what abs() does. */
export function partitionForKey(key: Buffer, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions
}
