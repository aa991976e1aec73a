import type { Api, RequestInput, ResponseOf } from '../protocol/api.ts'

/** A way to another broker, as those see it who only ask: KafkaClient, or what a test puts in its place. */
export interface BrokerConnection {
  send<A extends Api>(
    api: A,
    version: number,
    body: RequestInput<A>,
    options?: { timeoutMs?: number },
  ): Promise<ResponseOf<A>>
}
