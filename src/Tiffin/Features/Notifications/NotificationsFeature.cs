using System.Text.Json.Serialization;
using Tiffin.Edge;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;
using Tiffin.Features.Notifications.Senders;

namespace Tiffin.Features.Notifications;

/// <summary>
/// Notifies customers and kitchens: by e-mail if a mail server is configured, by phone if a gateway is, and in
/// development on the console otherwise.
/// </summary>
sealed class NotificationsFeature : Feature
{
    public override JsonSerializerContext Json => NotificationsJson.Strict;

    public override void Add(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddSettings<NotificationOptions>("Notifications");
        services.AddHistory<NotificationOptions>("notifications", options => options.Retention);
        services.AddSingleton<TrackingLink>(all => all.GetRequiredService<TrackingTokens>().Url);
        var settings = Settings.Read<NotificationOptions>(builder.Configuration, "Notifications");
        var isPrinted = settings.PrintToConsole ?? builder.Environment.IsDevelopment();
        var byEmail = TryAddSender<SmtpSender>(services, settings.Smtp.Host, MessageChannel.Email, isPrinted);
        var byPhone = TryAddSender<GatewaySender>(services, settings.Gateway.Url, MessageChannel.Phone, isPrinted);
        if (!byEmail && !byPhone) return;
        services.AddSingleton<NotificationMetrics>();
        services.AddSingleton<Templates>();
        services.AddSingleton<Composer>();
        services.AddSubscriber<NotificationSubscriber>();
        services.AddHostedService<NotificationDispatcher>();
    }

    public override void Map(WebApplication app) => app.MapNotifications();

    static bool TryAddSender<T>(
        IServiceCollection services, string? target, MessageChannel channel, bool printToConsole)
        where T : class, ISender
    {
        if (target is { Length: > 0 }) services.AddSingleton<ISender, T>();
        else if (printToConsole) services.AddSingleton<ISender>(new ConsoleSender(channel, Console.Out));
        else return false;
        return true;
    }
}

[JsonSerializable(typeof(NotificationList))]
[JsonSerializable(typeof(AlertAddress))]
sealed partial class NotificationsJson : JsonSerializerContext
{
    public static NotificationsJson Strict { get; } = new(StrictJson.Options());
}
