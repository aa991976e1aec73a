/** What moves in a cluster; joined to the words of the overview. */
export const overviewTraffic = {
  recordsIn: 'Records in',
  recordsInHint: 'Growth of the end offsets of all topics but internal ones, mean of three seconds',
  recordsOut: 'Committed by groups',
  recordsOutHint:
    'Advance of the offsets that consumer groups commit, mean of ten seconds. Reads that commit nothing are not in it.',
  lagging: 'Groups with lag',
  laggingHint: 'Consumer groups that have not committed everything there is to read',
  totalLag: 'lag {n}',
  ofGroups: 'of {n}',
  belowMinIsr: 'Below min ISR',
  belowMinIsrHint: 'Partitions whose ISR is smaller than min.insync.replicas: they refuse acks=all',
  ledBy: 'Broker {id} leads {n} partitions, show their topics',
  replicasOn: 'Broker {id} has {n} replicas, show their topics',
}

export const topicSelection = {
  underReplicated: 'Under-replicated',
  belowMinIsr: 'Below min ISR',
  offline: 'Without leader',
  ledBy: 'Led by broker {id}',
  replicaOn: 'Replica on broker {id}',
  remove: 'Remove filter: {name}',
  none: 'No topic is like that now.',
}

export const trafficStatus = {
  in: 'In {rate}',
  out: 'Committed {rate}',
  inHint: 'Records in, {cluster}: growth of end offsets',
  outHint: 'Records committed by consumer groups, {cluster}',
}
