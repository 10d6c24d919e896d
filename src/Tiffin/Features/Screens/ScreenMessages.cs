namespace Tiffin.Features.Screens;

static partial class ScreenMessages
{
    [LoggerMessage(7001, LogLevel.Warning,
        "The {Screen} of kitchen {KitchenId} differed from the server at position {Position}: {Differences}")]
    public static partial void Differed(
        ILogger log, string screen, string kitchenId, long position, string differences);
}
