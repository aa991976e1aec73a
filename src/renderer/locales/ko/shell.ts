export const colours = {
  choose: '{name} 색상',
  chooseHint: '색상',
  set: '{name} 색상: {colour}',
  none: '색상 없음',
  named: {
    red: '빨강',
    orange: '주황',
    yellow: '노랑',
    green: '초록',
    teal: '청록',
    blue: '파랑',
    violet: '보라',
    pink: '분홍',
  },
}

export const editCluster = {
  title: '{name} 편집',
  lead: '이름과 접속 주소를 바꿉니다. 클러스터 자체는 바뀌지 않습니다.',
  submit: '저장',
  edit: '편집',
  editNamed: '{name} 클러스터 편집',
}

export const quickOpen = {
  title: '열기',
  placeholder: '토픽, 컨슈머 그룹, 클러스터 찾기',
  none: '그런 이름의 토픽, 그룹, 클러스터가 없습니다',
  recent: '최근 항목',
  all: '전체',
  kind: { topic: '토픽', group: '컨슈머 그룹', cluster: '클러스터' },
  loading: '열린 클러스터를 확인하는 중',
}

export const gone = {
  topic: '{name} 토픽이 더 이상 없습니다',
  topicHint: '삭제되었거나 이 클러스터에 없던 토픽입니다. 다시 생길 때를 위해 탭은 그대로 둡니다.',
  browsed: '메시지도 함께 사라졌습니다.',
  group: '{name} 그룹이 더 이상 없습니다',
  groupHint:
    '삭제되었거나, 이 이름으로 참여하거나 커밋한 적이 없습니다. 다시 생길 때를 위해 탭은 그대로 둡니다.',
  showGroups: '그룹 보기',
  showTopics: '토픽 보기',
  closeTab: '탭 닫기',
}
