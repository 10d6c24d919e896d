using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Tiffin.Dev.Simulation;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Dev.Simulation;

public sealed class TrafficSimulatorTests
{
    static readonly TrafficKeys keys = new("tk_customer", "tk_kitchen", "tk_courier", "tk_manager");

    [Fact]
    public async Task Orders_are_placed_cooked_and_delivered_by_the_permitted_roles()
    {
        var chain = new ChainStub();

        var tally = await Run(chain, keys, until: tally => tally.Delivered >= 20);

        tally.Placed.ShouldBeGreaterThanOrEqualTo(20);
        tally.Failed.ShouldBe(0, tally.ToString());
        var moves = chain.Seen.Where(seen => seen.Body?["status"] is not null).ToList();
        TokensOf("accepted").ShouldBe(["tk_kitchen"]);
        TokensOf("out_for_delivery").ShouldBe(["tk_kitchen"]);
        moves.Select(move => (Status: (string)move.Body!["status"]!, Code: (string?)move.Body["code"])).Distinct()
            .Where(move => move.Code is not null)
            .ShouldBe([("out_for_delivery", "0417"), ("delivered", "5028")], ignoreOrder: true);
        chain.Seen.Where(seen => seen.Request == "POST /v1/orders").Select(seen => seen.Token).Distinct()
            .ShouldBe(["tk_customer"]);

        IEnumerable<string?> TokensOf(string status) => moves
            .Where(move => move.Body!["status"]!.GetValue<string>() == status).Select(move => move.Token).Distinct();
    }

    [Fact]
    public async Task Only_orders_of_kitchens_with_manual_acceptance_are_accepted()
    {
        var delivered = 0;
        var chain = new ChainStub { Until = request => IsMove(request, "delivered") && ++delivered == 20 };

        await Run(chain, keys);

        var fromManual = chain.Seen.Count(seen => seen.Body?["kitchenId"]?.GetValue<string>() == "mum-02");
        var accepted = chain.Seen.Count(seen => seen.Body?["status"]?.GetValue<string>() == "accepted");
        accepted.ShouldBeInRange(1, fromManual);
    }

    [Fact]
    public async Task Low_stock_is_replenished()
    {
        var chain = new ChainStub
        {
            Until = request => request == "POST /v1/kitchens/mum-02/stock/movements",
        };

        await Run(chain, keys);

        var delivery = chain.Seen.First(seen => seen.Request.EndsWith("movements", StringComparison.Ordinal));
        delivery.Token.ShouldBe("tk_manager");
        delivery.Key.ShouldNotBeNull();
        delivery.Body!.ToJsonString()
            .ShouldBe("""{"movements":[{"sku":"ghee","kind":"received","quantity":1195}]}""");
    }

    [Fact]
    public async Task Every_order_has_a_key_of_its_own_and_no_client_without_a_token_sends_one()
    {
        var placed = 0;
        var chain = new ChainStub { Until = request => request == "POST /v1/orders" && ++placed == 30 };

        await Run(chain, keys: null);

        var orders = chain.Seen.Where(seen => seen.Request == "POST /v1/orders").Select(seen => seen.Key).ToList();
        orders.ShouldBeUnique();
        orders.ShouldNotContain((string?)null);
        chain.Seen.ShouldAllBe(seen => seen.Token == null);
    }

    [Fact]
    public async Task An_overloaded_server_is_asked_again_with_the_same_key()
    {
        var asked = 0;
        var chain = new ChainStub
        {
            Instead = request => request == "POST /v1/orders" && ++asked <= 2 ? Overloaded() : null,
        };

        await Run(chain, keys, until: _ => chain.Seen.Where(seen => seen.Request == "POST /v1/orders")
            .CountBy(seen => seen.Key!).Any(key => key.Value > 1));
    }

    [Fact]
    public async Task Refusals_and_failures_are_counted_and_do_not_end_the_traffic()
    {
        var asked = 0;
        var chain = new ChainStub
        {
            Instead = request => request != "POST /v1/orders" ? null : (asked++ % 3) switch
            {
                0 => new(HttpStatusCode.Conflict),
                1 => new(HttpStatusCode.InternalServerError),
                _ => null,
            },
        };

        var tally = await Run(chain, keys, until: tally => tally is { Refused: > 2, Failed: > 2, Placed: > 2 });

        tally.ToString().ShouldContain("500");
    }

    [Fact]
    public async Task A_chain_without_kitchens_is_an_error()
    {
        var chain = new ChainStub
        {
            Instead = _ => new(HttpStatusCode.OK) { Content = new StringContent("""{"data":[]}""") },
        };
        using var http = new HttpClient(chain) { BaseAddress = new("http://stub.test") };

        await Should.ThrowAsync<InvalidOperationException>(
            () => new TrafficSimulator(http, new(60), TimeProvider.System).Run(CancellationToken.None));
    }

    /// <summary>An earlier simulation has moved the clock there.</summary>
    [Fact]
    public async Task The_simulation_continues_from_the_clock_of_the_sandbox()
    {
        var ahead = new DateTimeOffset(2031, 5, 1, 12, 0, 0, TimeSpan.Zero);
        const string move = "PUT /v1/sandbox/clock";
        var chain = new ChainStub
        {
            Until = request => request == move,
            Instead = request => request.EndsWith("/v1/sandbox/clock", StringComparison.Ordinal)
                ? new HttpResponseMessage { Content = JsonContent.Create(new { now = ahead }) }
                : null,
        };

        await Run(chain, keys with { Operator = "tk_operator" });

        chain.Seen.First(seen => seen.Request == move).Body!["now"]!.GetValue<DateTimeOffset>()
            .ShouldBeInRange(ahead, ahead.AddYears(1));
    }

    /// <summary>
    /// Runs an hour per second until the stub has seen the expected request, or, because the simulator counts a
    /// response after the stub has sent it, until the tally meets <paramref name="until"/>.
    /// </summary>
    static async Task<TrafficTally> Run(
        ChainStub chain, TrafficKeys? keys, Func<TrafficTally, bool>? until = null)
    {
        using var http = new HttpClient(chain) { BaseAddress = new("http://stub.test") };
        using var stop = new CancellationTokenSource();
        var simulator = new TrafficSimulator(
            http, new(OrdersPerMinute: 20, Speed: 3600, Keys: keys), TimeProvider.System);
        var run = simulator.Run(stop.Token);
        var reached = until is null
            ? chain.Reached.WaitAsync(Eventually.Patience)
            : Eventually.Holds(() => simulator.Tally.ToString(), _ => until(simulator.Tally));
        (await Task.WhenAny(reached, run)).ShouldBe(reached);
        await reached;
        await stop.CancelAsync();
        await run;
        return simulator.Tally;
    }

    static bool IsMove(string request, string status) =>
        request.StartsWith("PUT", StringComparison.Ordinal) && request.EndsWith(' ' + status, StringComparison.Ordinal);

    static HttpResponseMessage Overloaded()
    {
        var answer = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.Zero);
        return answer;
    }
}
