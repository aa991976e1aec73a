import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Share groups as the Java client plays them. Each scenario says what it saw, as name=value. */
public class ShareGroups {
  private static String bootstrap;
  private static String topic;
  private static String group;

  public static void main(String[] args) throws Exception {
    bootstrap = args[0];
    String scenario = args[1];
    topic = args[2];
    group = "group-" + topic;
    switch (scenario) {
      case "split" -> split();
      case "explicit" -> explicit();
      case "hang" -> hang();
      case "die" -> die();
      case "take" -> take();
      case "limit" -> limit();
      case "admin" -> admin();
      default -> throw new IllegalArgumentException(scenario);
    }
  }

  /** Two consumers on one partition: each record goes to one of them, and both get some. */
  private static void split() throws Exception {
    prepare(30_000);
    Map<String, Integer> deliveries = new HashMap<>();
    int[] taken = new int[2];
    try (var one = consumer("implicit", 10); var other = consumer("implicit", 10)) {
      List<KafkaShareConsumer<String, String>> consumers = List.of(one, other);
      long deadline = deadline();
      // One that has the partition before the other would take all there is.
      do {
        for (var consumer : consumers) consumer.poll(Duration.ofMillis(200));
      } while (assigned() < 2 && System.nanoTime() < deadline);
      produce(200);
      while (deliveries.size() < 200 && System.nanoTime() < deadline) {
        for (int index = 0; index < 2; index++) {
          for (ConsumerRecord<String, String> record : consumers.get(index).poll(Duration.ofMillis(200))) {
            deliveries.merge(record.value(), 1, Integer::sum);
            taken[index]++;
          }
        }
      }
    }
    say("records", deliveries.size());
    say("twice", deliveries.values().stream().filter(count -> count > 1).count());
    say("idle", (taken[0] == 0 ? 1 : 0) + (taken[1] == 0 ? 1 : 0));
  }

  /** One record accepted, one released, one rejected. */
  private static void explicit() throws Exception {
    prepare(30_000);
    produce(3);
    Map<String, Integer> deliveries = new TreeMap<>();
    try (var consumer = consumer("explicit", 500)) {
      long deadline = deadline();
      while (deliveries.getOrDefault("value-1", 0) < 2 && System.nanoTime() < deadline) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          deliveries.put(record.value(), (int) record.deliveryCount().orElse((short) -1));
          boolean isAgain = record.deliveryCount().orElse((short) 0) > 1;
          consumer.acknowledge(record, isAgain || record.value().equals("value-0") ? AcknowledgeType.ACCEPT
              : record.value().equals("value-1") ? AcknowledgeType.RELEASE : AcknowledgeType.REJECT);
        }
        consumer.commitSync();
      }
      say("more", consumer.poll(Duration.ofMillis(500)).count());
    }
    deliveries.forEach((value, count) -> say(value, count));
  }

  /** A consumer that hangs loses its records to another one when its lock is over. */
  private static void hang() throws Exception {
    prepare(1_000);
    produce(5);
    try (var hanging = consumer("explicit", 500); var other = consumer("explicit", 500)) {
      say("acquired", pollSome(hanging, 5).size());
      List<ConsumerRecord<String, String>> records = pollSome(other, 5);
      say("redelivered", records.size());
      say("deliveryCount", records.get(0).deliveryCount().orElse((short) -1));
      for (var record : records) other.acknowledge(record, AcknowledgeType.ACCEPT);
      other.commitSync();
    }
  }

  /** Dies with records in its hands, without a goodbye. */
  private static void die() throws Exception {
    prepare(30_000);
    produce(5);
    say("acquired", pollSome(consumer("explicit", 500), 5).size());
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static void take() throws Exception {
    try (var consumer = consumer("explicit", 500)) {
      List<ConsumerRecord<String, String>> records = pollSome(consumer, 5);
      for (var record : records) consumer.acknowledge(record, AcknowledgeType.ACCEPT);
      consumer.commitSync();
      say("redelivered", records.size());
    }
  }

  /** A record nobody wants is delivered five times, and never again. */
  private static void limit() throws Exception {
    prepare(30_000);
    produce(1);
    int last = 0;
    int deliveries = 0;
    try (var consumer = consumer("explicit", 500)) {
      long deadline = deadline();
      int empty = 0;
      while (empty < 3 && System.nanoTime() < deadline) {
        Collection<ConsumerRecord<String, String>> records = pollOnce(consumer);
        if (records.isEmpty() && deliveries > 0) empty++;
        for (var record : records) {
          deliveries++;
          last = record.deliveryCount().orElse((short) -1);
          consumer.acknowledge(record, AcknowledgeType.RELEASE);
        }
        consumer.commitSync();
      }
    }
    say("deliveries", deliveries);
    say("lastDeliveryCount", last);
  }

  private static void admin() throws Exception {
    prepare(30_000);
    produce(10);
    TopicPartition partition = new TopicPartition(topic, 0);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      try (var consumer = consumer("implicit", 500)) {
        say("consumed", pollSome(consumer, 10).size());
        consumer.commitSync();
        say("listed", admin.listGroups(new ListGroupsOptions().withTypes(Set.of(GroupType.SHARE))).all().get()
            .stream().filter(listing -> listing.groupId().equals(group)).count());
        var description = admin.describeShareGroups(List.of(group)).all().get().get(group);
        say("members", description.members().size());
        say("assigned", description.members().iterator().next().assignment().topicPartitions().size());
      }
      say("start", startOffset(admin, partition));
      admin.alterShareGroupOffsets(group, Map.of(partition, 4L)).all().get();
      say("altered", startOffset(admin, partition));
      try (var consumer = consumer("implicit", 500)) {
        say("again", pollSome(consumer, 6).size());
      }
      admin.deleteShareGroupOffsets(group, Set.of(topic)).all().get();
      admin.deleteShareGroups(List.of(group)).all().get();
      say("left", admin.listGroups(new ListGroupsOptions().withTypes(Set.of(GroupType.SHARE))).all().get()
          .stream().filter(listing -> listing.groupId().equals(group)).count());
    }
  }

  private static long startOffset(Admin admin, TopicPartition partition) throws Exception {
    return admin.listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
        .partitionsToOffsetInfo(group).get().get(partition).startOffset();
  }

  private static void prepare(int lockDurationMs) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.of((short) 3)))).all().get();
      var resource = new ConfigResource(ConfigResource.Type.GROUP, group);
      admin.incrementalAlterConfigs(Map.of(resource, List.of(
          set("share.auto.offset.reset", "earliest"),
          set("share.record.lock.duration.ms", String.valueOf(lockDurationMs))))).all().get();
    }
  }

  private static AlterConfigOp set(String name, String value) {
    return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
  }

  /** Members that have a partition. */
  private static long assigned() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      return admin.describeShareGroups(List.of(group)).all().get().get(group).members().stream()
          .filter(member -> !member.assignment().topicPartitions().isEmpty()).count();
    }
  }

  private static void produce(int count) throws Exception {
    // One record a batch, so that consumers can be given them one by one.
    Map<String, Object> config = Map.of("bootstrap.servers", bootstrap, "linger.ms", 0, "batch.size", 0);
    try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      for (int index = 0; index < count; index++) producer.send(new ProducerRecord<>(topic, "value-" + index));
      producer.flush();
    }
  }

  private static KafkaShareConsumer<String, String> consumer(String mode, int maxPollRecords) {
    Map<String, Object> config = Map.of("bootstrap.servers", bootstrap, "group.id", group,
        "share.acknowledgement.mode", mode, "max.poll.records", maxPollRecords);
    var consumer = new KafkaShareConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    consumer.subscribe(List.of(topic));
    return consumer;
  }

  private static List<ConsumerRecord<String, String>> pollSome(KafkaShareConsumer<String, String> consumer, int count) {
    List<ConsumerRecord<String, String>> all = new ArrayList<>();
    long deadline = deadline();
    while (all.size() < count && System.nanoTime() < deadline) all.addAll(pollOnce(consumer));
    return all;
  }

  private static Collection<ConsumerRecord<String, String>> pollOnce(KafkaShareConsumer<String, String> consumer) {
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) records.add(record);
    return records;
  }

  private static long deadline() {
    return System.nanoTime() + Duration.ofSeconds(30).toNanos();
  }

  private static void say(String name, long value) {
    System.out.println(name + "=" + value);
  }
}
