using Tiffin.Commit;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Http.Events;
using Tiffin.Http.Webhooks;

namespace Tiffin.Http.OpenApi;

/// <summary>
/// One of each problem, made by the code that answers it: the list of all codes, and the document's examples.
/// </summary>
static class ProblemSamples
{
    static readonly DateTimeOffset until = new(2026, 1, 31, 18, 30, 0, TimeSpan.Zero);

    static readonly Dictionary<string, Problem> all = Edge().Concat(Refusals()).Concat(Unavailabilities())
        .ToDictionary(problem => problem.Code);

    public static IEnumerable<Problem> All => all.Values;

    public static Problem Of(string code) => all.TryGetValue(code, out var problem)
        ? problem
        : throw new InvalidOperationException($"No sample of the problem '{code}': add one to ProblemSamples.");

    static IEnumerable<Problem> Edge() =>
    [
        Problems.Malformed(new Fault("/lines/0/quantity", "malformed", "expected an integer")),
        IdempotencyKey.Missing,
        IdempotencyKey.Invalid,
        FeedQuery.Ahead(4711),
        Problems.Unauthenticated,
        Problems.Forbidden,
        Problems.ForeignOrigin,
        Problems.AntiforgeryMissing,
        Problems.NotFound,
        ErrorPages.OfStatus(405),
        ErrorPages.OfStatus(408),
        ErrorPages.OfStatus(413),
        ErrorPages.OfStatus(415),
        Problems.InProgress,
        WebhookRules.TooMany(20),
        WebhookRules.Disabled,
        FeedQuery.Gone(1000),
        Problems.TooMany(4, "Your rate limit is exceeded; RateLimit-Policy lists your limits."),
        Problems.TooManyAtOnce(20),
        Problems.TooManyStreams(10),
        Problems.IssuerAway,
    ];

    static IEnumerable<Problem> Refusals() => new Refusal[]
    {
        new Refusal.OutOfStock([new(0, "masala", 2, [new("rice", "g", 400, 250)])]),
        new Refusal.ItemUnavailable("masala", "/lines/0/itemId", until),
        new Refusal.KitchenPaused(until),
        new Refusal.TotalChanged(new Totals(new(27_000, "INR"), new(1_350, "INR"), new(0, "INR"), new(28_350, "INR"))),
        new Refusal.TooManyOpenOrders(10),
        new Refusal.ReferenceInUse(Guid.Parse("01990a4e-7c00-7b3a-9f21-5d0000000001")),
        new Refusal.IllegalMove(
            OrderStatus.Preparing, OrderStatus.Accepted, [OrderStatus.Ready, OrderStatus.Cancelled]),
        new Refusal.StaleVersion(4),
        new Refusal.NotEnoughStock("/movements/0/quantity", "rice", 400, 250),
        new Refusal.Invalid("/lines/0/quantity", "out_of_range", "must be 1 to 999, is 1000"),
        new Refusal.KeyReused(),
    }.Select(Problems.Of);

    static IEnumerable<Problem> Unavailabilities() => Enum.GetValues<Unavailability>().Select(Problems.Of);
}
