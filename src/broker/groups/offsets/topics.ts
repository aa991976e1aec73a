import type { TopicImage } from '../../metadata/image.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'

/** The topics of the metadata image, which is all the coordinator needs of it. */
export interface TopicDirectory {
  readonly topicsByName: ReadonlyMap<string, TopicImage>
  readonly topicsById: ReadonlyMap<string, TopicImage>
}

/** By id where the request has one (KIP-848: OffsetCommit and OffsetFetch from v10), else by name. */
export function findTopic(
  { name, topicId }: { readonly name: string; readonly topicId: string },
  directory: TopicDirectory,
): TopicImage | null {
  const topic = topicId === ZERO_UUID ? directory.topicsByName.get(name) : directory.topicsById.get(topicId)
  return topic ?? null
}
