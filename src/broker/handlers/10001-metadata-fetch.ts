/**
 * MetadataFetch v0, between Ottla's brokers: the records of the metadata log from an offset on, held back until
 * there are some. A follower that cannot be given single records gets a snapshot. NOT_CONTROLLER says who is.
 */
import { metadataFetch } from '../protocol/messages/internal/metadata-fetch.ts'
import { internal } from './handler.ts'

export const metadataFetchHandler = internal(metadataFetch, (request, _, { controller }) =>
  controller.metadataFetch(request),
)
