using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tiffin.EventLog;
using Tiffin.Upkeep;

namespace Tiffin.Subscribers.Webhooks;

static class WebhookServices
{
    public static void AddWebhooks(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.Configure<WebhookOptions>(builder.Configuration.GetSection("Webhooks"));
        services.TryAddSingleton<ResolveName>(Dns.GetHostAddressesAsync);
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<WebhookDisabler>();
        services.AddSingleton<PumpParts>();
        services.AddSingleton<WebhookDispatcher>();
        services.AddHostedService(all => all.GetRequiredService<WebhookDispatcher>());
        services.AddSubscriber<WebhookSubscriber>();
        services.AddSingleton<IChore, WebhookUpkeep>();
        services.AddSingleton<IChore, OwnersUpkeep>();
    }
}
