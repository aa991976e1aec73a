/**
 * CreatePartitions v0–3: a topic grows to `count` partitions, placed by the controller or as the request says.
 * Fewer, or as many as there are, is INVALID_PARTITIONS.
 *
 * Version notes: v3 knows THROTTLING_QUOTA_EXCEEDED (KIP-599).
 * Gaps: no controller mutation quota.
 */
import { createPartitions } from '../protocol/messages/37-create-partitions.ts'
import { forwarded } from './handler.ts'

export const createPartitionsHandler = forwarded(createPartitions, async (request, _, { controller }) => {
  const response = controller.createPartitions(request)
  await controller.propagated(request.timeoutMs)
  return response
})
