using System.Text.Json;
using OrderConsumer;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

// Prints each order event once, even across restarts of this program, the broker and Tiffin.
//
//   dotnet run --project samples/OrderConsumer -- amqp://guest:guest@127.0.0.1:5672/ seen.txt

if (args is not [var url, var file])
{
    Console.Error.WriteLine("usage: OrderConsumer <amqp url> <file of handled event ids>");
    return 1;
}
const string queue = "order-consumer";
var seen = new Seen(file);

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) => { press.Cancel = true; stop.Cancel(); };

// The client reconnects automatically when the broker is back, and resumes consuming.
await using var connection = await new ConnectionFactory { Uri = new Uri(url) }.CreateConnectionAsync(stop.Token);
await using var channel = await connection.CreateChannelAsync(cancellationToken: stop.Token);

// Declared here too, so that the start order does not matter. The queue belongs to this consumer and fills while it is
// not running.
await channel.ExchangeDeclareAsync("tiffin.events", ExchangeType.Topic, durable: true);
await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false,
    new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
await channel.QueueBindAsync(queue, "tiffin.events", "order.#");
await channel.BasicQosAsync(prefetchSize: 0, prefetchCount: 100, global: false);

var consumer = new AsyncEventingBasicConsumer(channel);
consumer.ReceivedAsync += async (_, delivery) =>
{
    var id = delivery.BasicProperties.MessageId!;
    if (!seen.Contains(id))
    {
        Handle(delivery.Body);
        seen.Add(id);
    }
    // Acknowledge last: unacknowledged messages are redelivered.
    await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
};
await channel.BasicConsumeAsync(queue, autoAck: false, consumer);
Console.WriteLine("Waiting for orders; press Ctrl-C to stop.");
try
{
    await Task.Delay(Timeout.Infinite, stop.Token);
}
catch (OperationCanceledException)
{
    // Ctrl-C.
}
return 0;

static void Handle(ReadOnlyMemory<byte> cloudEvent)
{
    using var json = JsonDocument.Parse(cloudEvent);
    var order = json.RootElement.GetProperty("data");
    Console.WriteLine(string.Join(' ',
        json.RootElement.GetProperty("position").GetString(), json.RootElement.GetProperty("type").GetString(),
        order.GetProperty("orderId").GetString(), order.GetProperty("kitchenId").GetString()));
}
