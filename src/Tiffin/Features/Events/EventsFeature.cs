using Tiffin.Edge;

namespace Tiffin.Features.Events;

sealed class EventsFeature : Feature
{
    public override IEnumerable<ApiTag> Tags => [new("Events", "The event feed, in commit order: in pages or live.")];

    public override IEnumerable<ProblemPage> Problems =>
    [
        new(FeedQuery.CursorAhead(4711),
            "The position was read before the database was restored, or before a failover lost it.",
            "Discard what you derived from later positions, then continue after 'newest'."),
        new(FeedQuery.CursorGone(1000), "Retention has removed the events after your position.",
            "Continue after 'oldest', and read the current state of the resources you keep through the API."),
    ];

    public override void Map(WebApplication app)
    {
        app.MapEvents();
        app.MapAsyncApi();
    }
}
