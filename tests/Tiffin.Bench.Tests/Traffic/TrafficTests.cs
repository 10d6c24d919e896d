using System.Text;
using System.Text.Json;
using Tiffin.Bench.OpenLoop;
using Tiffin.Bench.Traffic;

namespace Tiffin.Bench.Tests.Traffic;

public sealed class TrafficTests
{
    static readonly Keys keys = new(
        "admin", "manager", "courier", "customer", ["channel-1", "channel-2"],
        [.. Enumerable.Range(1, Seed.Kitchens).Select(i => $"cooks-{i}")]);

    readonly OrderBook orders = new();
    readonly byte[] buffer = new byte[ITraffic.RequestMax];

    [Fact]
    public void Every_order_has_its_own_key_and_a_correct_content_length()
    {
        var traffic = new PlaceTraffic(keys, kitchens: 10);

        var sent = Enumerable.Range(0, 5_000).Select(_ => Next(traffic).Text).ToList();

        sent.Select(text => Header(text, "Idempotency-Key")).Distinct().Count().ShouldBe(5_000);
        foreach (var text in sent)
        {
            var body = text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
            Encoding.UTF8.GetByteCount(body).ShouldBe(int.Parse(Header(text, "Content-Length")));
            JsonDocument.Parse(body).RootElement.GetProperty("lines").GetArrayLength().ShouldBeInRange(1, 5);
        }
    }

    [Fact]
    public void An_order_is_moved_by_one_request_at_a_time()
    {
        var traffic = new ChainTraffic(keys, Mix.Moves, orders, Seed.Kitchens);
        orders.Add(new OrderAt("id-1", 3, "/v1/track/t"));

        foreach (var (status, key) in new[]
        {
            ("preparing", "cooks-3"), ("ready", "cooks-3"),
            ("out_for_delivery", "channel-2"), ("delivered", "channel-2"),
        })
        {
            var (request, text) = Next(traffic);
            request.Kind.ShouldBe("move");
            text.ShouldStartWith("PUT /v1/orders/id-1/status HTTP/1.1\r\n");
            text.ShouldEndWith($"{{\"status\":\"{status}\"}}");
            Header(text, "Authorization").ShouldBe($"Bearer {key}");
            // Until that is answered, no other client moves it.
            Next(traffic).Request.Kind.ShouldBe(PlaceTraffic.Kind);
            traffic.Answered(request, 200, default);
        }
        orders.Open.ShouldBeEmpty();
    }

    [Fact]
    public void A_move_that_failed_is_tried_again()
    {
        var traffic = new ChainTraffic(keys, Mix.Moves, orders, Seed.Kitchens);
        orders.Add(new OrderAt("id-1", 3, "/v1/track/t"));

        traffic.Answered(Next(traffic).Request, 503, default);

        Next(traffic).Text.ShouldEndWith("{\"status\":\"preparing\"}");
    }

    [Fact]
    public void A_placed_order_can_be_read_and_moved()
    {
        var traffic = new ChainTraffic(keys, Mix.Steady, orders, Seed.Kitchens);
        var request = new Request(PlaceTraffic.Kind, 1, 7);

        traffic.Answered(request, 201, "{\"id\":\"id-7\",\"trackingUrl\":\"https://orders.example/t/t7\"}"u8);
        traffic.Answered(request, 503, "{}"u8);

        orders.Open.ShouldBe([new OrderAt("id-7", 7, "/v1/track/t7")]);
        orders.Any().ShouldBe(new OrderAt("id-7", 7, "/v1/track/t7"));
    }

    [Fact]
    public void The_mix_matches_the_configured_shares()
    {
        var traffic = new ChainTraffic(keys, Mix.Steady, orders, Seed.Kitchens);
        for (var i = 0; i < 10_000; i++) orders.Add(new OrderAt($"id-{i}", 1, "/t"));

        var kinds = Enumerable.Range(0, 10_000).Select(_ => Next(traffic).Request.Kind).CountBy(kind => kind)
            .ToDictionary();

        // Six standard deviations of a sample of that size are less than this.
        ((double)kinds["read"]).ShouldBe(5_000, 300);
        ((double)kinds["place"]).ShouldBe(2_500, 300);
        ((double)kinds["move"]).ShouldBe(2_000, 300);
        ((double)kinds["menu"] + kinds["stock"]).ShouldBe(500, 300);
    }

    (Request Request, string Text) Next(ITraffic traffic)
    {
        var request = traffic.Next(buffer);
        return (request, Encoding.UTF8.GetString(buffer, 0, request.Length));
    }

    static string Header(string text, string name) =>
        text.Split("\r\n").First(line => line.StartsWith($"{name}: ", StringComparison.Ordinal))[(name.Length + 2)..];
}
