export const addCluster = {
  title: '주소로 클러스터 추가',
  lead: '이 컴퓨터에서 접속할 수 있는 Apache Kafka 클러스터를 추가합니다. 주소만 이 컴퓨터에 저장됩니다.',
  name: '이름',
  serversHint:
    '브로커의 host:port를 쉼표로 구분해 하나 이상 입력하십시오. 나머지 브로커는 자동으로 찾습니다.',
  wrongAddress: '“{address}”는 주소가 아닙니다. host:port 형식으로 입력하십시오.',
  noSecurity: 'TLS와 인증 없이 연결합니다.',
  test: '연결 시험',
  testing: '모든 주소에 연결해 보는 중',
  submit: '클러스터 추가',
  result: '연결 시험 결과',
  advertised: '브로커가 클라이언트에 알리는 주소',
  answers: '응답함',
  verdict: {
    good: '브로커 {n}개가 모두 응답합니다.',
    partly: '클러스터는 응답하지만 응답하지 않는 주소가 있습니다.',
    advertised: '클러스터는 응답하지만 클라이언트에 알리는 주소에는 접속할 수 없습니다.',
    bad: '어느 주소에서도 Kafka 브로커가 응답하지 않습니다.',
  },
}

/** Of the clusters page; joined to the words about clusters that the shell has. */
export const clustersPage = {
  remote: '원격',
  remoteBrokers: '원격 · 브로커 {n}개',
  addByAddress: '주소로 클러스터 추가',
  addBroker: '브로커 추가',
  localHint: '브로커가 이 컴퓨터에서 실행됩니다.',
  remoteHint: '주소만 등록된 클러스터입니다. 시작과 중지는 운영하는 쪽에서 합니다.',
  remoteClusters: '주소로 추가한 클러스터',
  noLocal: '이 컴퓨터에는 아직 클러스터가 없습니다.',
  noRemote: '주소로 추가한 클러스터가 아직 없습니다.',
  disk: '디스크 사용량',
  exactBytes: '{n}바이트',
  uptime: '가동 시간',
  roundTrip: '왕복 시간',
  topicsUnknown: '클러스터가 실행 중일 때 알 수 있습니다',
  open: '열기',
  openNamed: '{name} 클러스터 열기',
  rename: '이름 바꾸기',
  renameNamed: '{name} 클러스터 이름 바꾸기',
  newName: '{name}의 새 이름',
  runByOtherName: '다른 프로세스에서 실행 중이라 이름을 바꿀 수 없습니다. 먼저 중지하십시오.',
  cancel: '취소',
  delete: '삭제',
  deleteNamed: '{name} 클러스터 삭제',
  deleteOnlyStopped: '중지된 클러스터만 삭제할 수 있습니다',
  remove: '제거',
  removeNamed: '{name} 클러스터 제거',
  deletion: {
    title: '{name} 클러스터 삭제',
    counting: '저장된 내용을 세는 중',
    text: '{topics}의 {records}를 삭제하고 디스크 {bytes}를 비웁니다. 되돌릴 수 없습니다.',
    records: '메시지 {n}개',
    topics: '토픽 {n}개',
    typeName: '삭제하려면 {name} 입력',
    submit: '클러스터 삭제',
  },
  removal: {
    title: '{name} 클러스터 제거',
    text: 'Ottla에서 이 주소만 지웁니다. 클러스터 자체에는 아무 일도 일어나지 않습니다.',
    submit: '클러스터 제거',
  },
}

export const remoteStates = {
  connecting: '연결 중',
  reachable: '응답함',
  unreachable: '연결 안 됨',
}

/** Of the overview of a remote cluster. */
export const remoteOverview = {
  localOnly: '시작, 중지, 강제 종료, 브로커 추가는 로컬 클러스터에서만 할 수 있습니다.',
  addBrokerHint: '다음 번호와 다음 빈 포트로 브로커를 하나 더 시작합니다',
  controllerUnknown: '알 수 없음',
  controllerNode: '노드 {id}',
  noBroker: '브로커 아님',
  connecting: '처음 확인하는 중',
  answersIn: '{duration} 만에 응답',
  unreachableSince: '{at}부터 연결되지 않습니다.',
}

export const clusterFailures = {
  NOBODY_LISTENS: {
    cause: '이 주소에서 연결을 받는 프로그램이 없습니다.',
    remedy: '브로커를 시작하거나 포트를 고치십시오.',
  },
  NO_CONNECTION: {
    cause: '주소가 응답하지 않습니다.',
    remedy: '주소와 VPN, 중간의 방화벽을 확인하십시오.',
  },
  NOT_KAFKA: {
    cause: '이 주소의 프로그램은 Kafka 브로커가 아니거나 TLS가 필요한 브로커입니다.',
    remedy: '포트를 고치거나 TLS 없는 리스너를 쓰십시오.',
  },
  WANTS_TLS: {
    cause: '리스너에 TLS가 필요합니다.',
    remedy: 'TLS 없는 리스너를 쓰십시오. Ottla는 아직 암호화를 지원하지 않습니다.',
  },
  WANTS_LOGIN: {
    cause: '로그인하지 않아 브로커가 연결을 끊었습니다.',
    remedy: '인증 없는 리스너를 쓰십시오. Ottla는 아직 로그인을 지원하지 않습니다.',
  },
  TOO_OLD: {
    cause: '브로커가 Kafka 2.1보다 오래된 버전입니다.',
    remedy: 'Kafka 2.1 이상인 클러스터를 쓰십시오.',
  },
  ADVERTISED_UNREACHABLE: {
    cause: '브로커가 클라이언트에 알리는 이 주소에 접속할 수 없습니다.',
    remedy: '브로커의 advertised.listeners를 이 컴퓨터에서 접속할 수 있는 주소로 바꾸십시오.',
  },
  NOT_STOPPED: { cause: '클러스터가 실행 중입니다.', remedy: '먼저 중지하십시오.' },
  RUN_BY_OTHER: {
    cause: '다른 프로세스에서 실행 중이라 이름을 바꿀 수 없습니다.',
    remedy: '먼저 중지하십시오.',
  },
  OTHER_NAME: { cause: '그사이 클러스터 이름이 바뀌었습니다.', remedy: '지금 이름을 입력하십시오.' },
  TOO_MANY_BROKERS: {
    cause: '로컬 클러스터의 브로커는 최대 9개입니다.',
    remedy: '더 필요하면 다른 클러스터를 만드십시오.',
  },
}
