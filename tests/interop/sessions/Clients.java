import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Kafka's own clients on the topics "compressed", "transactions" and "read": writes, then joins three groups of three
 * kinds and stays in them until its standard input ends.
 */
public class Clients {
  private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
  private static volatile boolean leaving = false;

  public static void main(String[] args) throws Exception {
    String bootstrap = args[0];
    for (String codec : CODECS) compressed(bootstrap, codec);
    transactions(bootstrap);
    var open = openTransaction(bootstrap);
    System.out.println("written");

    var joined = new CountDownLatch(3);
    var members = new ArrayList<Thread>();
    members.add(member(() -> consumer(bootstrap, "classic", joined)));
    members.add(member(() -> consumer(bootstrap, "consumer", joined)));
    members.add(member(() -> share(bootstrap, joined)));
    joined.await();
    System.out.println("joined");
    System.in.readAllBytes();
    leaving = true;
    for (Thread each : members) each.join();
    open.abortTransaction();
    open.close();
    System.out.println("left");
  }

  /** One batch of twenty records. */
  private static void compressed(String bootstrap, String codec) {
    try (var producer = producer(bootstrap, Map.of("compression.type", codec, "linger.ms", 1000))) {
      for (int index = 0; index < 20; index++) {
        producer.send(record("compressed", codec + "-" + index, "한글 " + codec + " " + "x".repeat(200)));
      }
      producer.flush();
    }
  }

  /** Committed, aborted, committed: each three records and a marker. */
  private static void transactions(String bootstrap) {
    try (var producer = producer(bootstrap, Map.of("transactional.id", "done"))) {
      producer.initTransactions();
      for (String outcome : List.of("committed-1", "aborted", "committed-2")) {
        producer.beginTransaction();
        for (int index = 0; index < 3; index++) producer.send(record("transactions", null, outcome + "-" + index));
        producer.flush();
        if (outcome.equals("aborted")) producer.abortTransaction();
        else producer.commitTransaction();
      }
    }
  }

  private static KafkaProducer<String, String> openTransaction(String bootstrap) {
    var producer = producer(bootstrap, Map.of("transactional.id", "open", "transaction.timeout.ms", 600_000));
    producer.initTransactions();
    producer.beginTransaction();
    producer.send(record("transactions", null, "open-0"));
    producer.flush();
    return producer;
  }

  private static void consumer(String bootstrap, String protocol, CountDownLatch joined) {
    Map<String, Object> config = Map.of("bootstrap.servers", bootstrap, "group.id", "java-" + protocol,
        "group.protocol", protocol, "auto.offset.reset", "earliest", "client.id", "reader-" + protocol);
    try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("read"));
      while (consumer.assignment().isEmpty()) consumer.poll(Duration.ofMillis(100));
      joined.countDown();
      while (!leaving) {
        consumer.poll(Duration.ofMillis(100));
        consumer.commitSync();
      }
    }
  }

  private static void share(String bootstrap, CountDownLatch joined) {
    Map<String, Object> config =
        Map.of("bootstrap.servers", bootstrap, "group.id", "java-share", "client.id", "reader-share");
    try (var consumer = new KafkaShareConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("read"));
      consumer.poll(Duration.ofMillis(500));
      joined.countDown();
      while (!leaving) consumer.poll(Duration.ofMillis(100));
    }
  }

  private static Thread member(Runnable run) {
    var thread = new Thread(run);
    thread.start();
    return thread;
  }

  private static ProducerRecord<String, String> record(String topic, String key, String value) {
    var record = new ProducerRecord<>(topic, 0, key, value);
    record.headers().add("trace", "자바".getBytes(StandardCharsets.UTF_8)).add("none", null);
    return record;
  }

  private static KafkaProducer<String, String> producer(String bootstrap, Map<String, Object> more) {
    var config = new java.util.HashMap<String, Object>(more);
    config.put("bootstrap.servers", bootstrap);
    return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
  }
}
