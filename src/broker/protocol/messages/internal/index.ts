/** Messages only this engine's brokers send each other. Kafka counts its keys from 0; these start at 10000. */
import type { Api } from '../../api.ts'
import { metadataFetch } from './metadata-fetch.ts'

export const internalApis: readonly Api[] = [metadataFetch]

export { metadataFetch }
