export const overviewTraffic = {
  recordsIn: '유입 메시지',
  recordsInHint: '내부 토픽을 뺀 모든 토픽의 끝 오프셋 증가량, 3초 평균',
  recordsOut: '그룹 커밋',
  recordsOutHint: '컨슈머 그룹이 커밋한 오프셋의 증가량, 10초 평균. 커밋하지 않는 읽기는 들어 있지 않습니다.',
  lagging: '랙이 있는 그룹',
  laggingHint: '읽을 메시지를 아직 다 커밋하지 않은 컨슈머 그룹',
  totalLag: '랙 {n}',
  ofGroups: '전체 {n}',
  belowMinIsr: '최소 ISR 미달',
  belowMinIsrHint:
    '토픽이 요구하는 최소 ISR보다 ISR이 작은 파티션: 모든 복제본의 확인을 요구하는 발행은 거부됩니다',
  ledBy: '브로커 {id}가 리더인 파티션 {n}개, 토픽 보기',
  replicasOn: '브로커 {id}의 복제본 {n}개, 토픽 보기',
}

export const topicSelection = {
  underReplicated: '복제 부족',
  belowMinIsr: '최소 ISR 미달',
  offline: '리더 없음',
  ledBy: '리더가 브로커 {id}',
  replicaOn: '브로커 {id}에 복제본',
  remove: '필터 제거: {name}',
  none: '지금은 해당하는 토픽이 없습니다.',
}

export const trafficStatus = {
  in: '유입 {rate}',
  out: '커밋 {rate}',
  inHint: '{cluster} 유입 메시지: 끝 오프셋 증가량',
  outHint: '{cluster}의 컨슈머 그룹이 커밋한 메시지',
}
