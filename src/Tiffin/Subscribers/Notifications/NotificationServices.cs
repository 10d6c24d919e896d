using Microsoft.Extensions.Options;
using Tiffin.Diagnostics;
using Tiffin.EventLog;
using Tiffin.Subscribers.Notifications.Senders;

namespace Tiffin.Subscribers.Notifications;

static class NotificationServices
{
    /// <summary>
    /// Tells customers and kitchens: by e-mail with a mail server, by telephone with a gateway, and in development on
    /// the console what has neither.
    /// </summary>
    public static void AddNotifications(
        this IServiceCollection services, IConfiguration configuration, bool isDevelopment)
    {
        var section = configuration.GetSection("Notifications");
        services.Configure<NotificationOptions>(section);
        var isPrinted = section.GetValue("Console", isDevelopment);
        var byEmail = Add<SmtpSender>(services, section["Smtp:Host"], MessageChannel.Email, isPrinted);
        var byPhone = Add<GatewaySender>(services, section["Gateway:Url"], MessageChannel.Phone, isPrinted);
        if (!byEmail && !byPhone) return;
        services.AddSingleton<NotificationMetrics>();
        services.AddSingleton<Templates>();
        services.AddSingleton<Composer>();
        services.AddSubscriber<NotificationSubscriber>();
        services.AddHostedService<NotificationDispatcher>();
    }

    static bool Add<T>(IServiceCollection services, string? target, MessageChannel channel, bool isPrinted)
        where T : class, ISender
    {
        if (target is { Length: > 0 }) services.AddSingleton<ISender, T>();
        else if (isPrinted) services.AddSingleton<ISender>(new ConsoleSender(channel, Console.Out));
        else return false;
        return true;
    }
}
