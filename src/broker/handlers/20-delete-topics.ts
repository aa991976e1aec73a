/**
 * DeleteTopics v1–6: the topic is gone from the metadata at once; each broker deletes its replicas when it hears of
 * it, and group coordinators drop the offsets committed for it.
 *
 * Version notes: v3 knows TOPIC_DELETION_DISABLED, before it INVALID_REQUEST says so; v5 adds error messages; v6
 * takes topic ids instead of names (KIP-516).
 * Gaps: no controller mutation quota (KIP-599).
 */
import { deleteTopics } from '../protocol/messages/20-delete-topics.ts'
import { forwarded } from './handler.ts'

export const deleteTopicsHandler = forwarded(
  deleteTopics,
  async (request, { apiVersion }, { controller }) => {
    const response = controller.deleteTopics(request, apiVersion)
    await controller.propagated(request.timeoutMs)
    return response
  },
)
