/** Messages only this engine knows. Kafka counts its keys from 0; these start at 10000. */
import type { Api } from '../../api.ts'
import { metadataFetch } from './metadata-fetch.ts'
import { steerGroup } from './steer-group.ts'

export const internalApis: readonly Api[] = [metadataFetch, steerGroup]

export { metadataFetch, steerGroup }
