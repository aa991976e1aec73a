import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Two members of a Java group: the second joins, both share six partitions, one leaves, the other has them all. What it
 * says: how many partitions each had, whether any was owned twice, how many records came, what was committed.
 */
public class Groups {
  private static final int PARTITIONS = 6;
  private static final int RECORDS = 600;
  private static final long TIMEOUT_NANOS = Duration.ofSeconds(40).toNanos();
  private final Set<String> seen = new TreeSet<>();

  public static void main(String[] args) throws Exception {
    new Groups().run(args[0], args[1]);
  }

  private void run(String bootstrap, String kind) throws Exception {
    String topic = "java-group-" + kind;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin.createTopics(List.of(new NewTopic(topic, Optional.of(PARTITIONS), Optional.of((short) 3)))).all().get();
      produce(bootstrap, topic);
      try (var second = member(bootstrap, topic, kind, "two")) {
        try (var first = member(bootstrap, topic, kind, "one")) {
          until(() -> owns(first, PARTITIONS), first);
          second.subscribe(List.of(topic));
          until(() -> owns(first, PARTITIONS / 2) && owns(second, PARTITIONS / 2), first, second);
          say("first", first.assignment().size());
          say("second", second.assignment().size());
          say("shared", both(first.assignment(), second.assignment()));
          until(() -> read(first) + read(second) == RECORDS, first, second);
          first.commitSync();
          second.commitSync();
        }
        if (kind.equals("static")) {
          // A static member that closes is expected back: its partitions stay with it.
          try (var again = member(bootstrap, topic, kind, "one")) {
            until(() -> owns(again, PARTITIONS / 2), again, second);
            say("alone", PARTITIONS);
          }
        } else {
          until(() -> owns(second, PARTITIONS), second);
          say("alone", second.assignment().size());
        }
      }
      say("records", seen.size());
      say("committed", admin.listConsumerGroupOffsets("group-" + kind).partitionsToOffsetAndMetadata().get().values()
          .stream().mapToLong(offset -> offset.offset()).sum());
    }
  }

  private static KafkaConsumer<String, String> member(String bootstrap, String topic, String kind, String name) {
    Map<String, Object> config = new HashMap<>(Map.of("bootstrap.servers", bootstrap, "group.id", "group-" + kind,
        "auto.offset.reset", "earliest", "enable.auto.commit", false, "client.id", name));
    switch (kind) {
      case "eager" -> config.put("partition.assignment.strategy",
          "org.apache.kafka.clients.consumer.RoundRobinAssignor");
      case "cooperative" -> config.put("partition.assignment.strategy",
          "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
      case "static" -> config.put("group.instance.id", name);
      default -> config.put("group.protocol", "consumer");
    }
    var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    if (name.equals("one")) consumer.subscribe(List.of(topic));
    return consumer;
  }

  private interface Condition {
    boolean holds();
  }

  @SafeVarargs
  private void until(Condition condition, KafkaConsumer<String, String>... members) {
    long deadline = System.nanoTime() + TIMEOUT_NANOS;
    while (!condition.holds() && System.nanoTime() < deadline) {
      for (var member : members) {
        for (var record : member.poll(Duration.ofMillis(50))) seen.add(record.value());
      }
    }
    if (!condition.holds()) throw new IllegalStateException("It did not come to that.");
  }

  private static boolean owns(KafkaConsumer<String, String> member, int partitions) {
    return member.assignment().size() == partitions;
  }

  /** How many records of its partitions a member is past. */
  private static long read(KafkaConsumer<String, String> member) {
    return member.assignment().stream().mapToLong(member::position).sum();
  }

  private static long both(Set<TopicPartition> some, Set<TopicPartition> others) {
    return new ArrayList<>(some).stream().filter(others::contains).count();
  }

  private static void produce(String bootstrap, String topic) {
    Map<String, Object> config = Map.of("bootstrap.servers", bootstrap);
    try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      for (int index = 0; index < RECORDS; index++) {
        producer.send(new ProducerRecord<>(topic, index % PARTITIONS, null, "value-" + index));
      }
    }
  }

  private static void say(String name, long value) {
    System.out.println(name + "=" + value);
  }
}
