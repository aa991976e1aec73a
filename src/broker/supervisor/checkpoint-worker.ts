/**
 * The cluster's checkpoint thread: one for all its brokers, so that checkpoints do not take turns with appends.
 * The supervisor sends it one MessagePort for each broker, `{ port }`, whose other end goes to that broker's
 * LogManager (`checkpointPort`). It lives until it is terminated, which must be after its brokers ended.
 */
import { parentPort } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { CheckpointService } from '../storage/checkpoint-service.ts'

const service = new CheckpointService()

parentPort?.on('message', ({ port }: { port: MessagePort }) => service.serve(port))
