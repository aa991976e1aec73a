import type { GroupPartitionName } from '../../../shared/ipc/groups.ts'

const VERSION_BYTES = 2
const COUNT_BYTES = 4

/**
 * The partitions in a member's assignment as consumers write it (Kafka's ConsumerProtocolAssignment: version, topics
 * with partitions, user data). Bytes of another protocol give none: only their client knows what they mean.
 */
export function assignedPartitions(assignment: Buffer): GroupPartitionName[] {
  try {
    return read(assignment)
  } catch (error) {
    if (error instanceof RangeError) return []
    throw error
  }
}

function read(bytes: Buffer): GroupPartitionName[] {
  if (bytes.length === 0) return []
  let at = VERSION_BYTES
  const count = () => {
    const value = bytes.readInt32BE(at)
    at += COUNT_BYTES
    if (value > bytes.length - at) throw new RangeError('more was announced than there is')
    return value
  }
  const partitions: GroupPartitionName[] = []
  for (let topics = count(); topics > 0; topics -= 1) {
    const length = bytes.readInt16BE(at)
    at += VERSION_BYTES
    const topic = bytes.toString('utf8', at, at + length)
    at += length
    for (let left = count(); left > 0; left -= 1) {
      partitions.push({ topic, partition: bytes.readInt32BE(at) })
      at += COUNT_BYTES
    }
  }
  return partitions
}
