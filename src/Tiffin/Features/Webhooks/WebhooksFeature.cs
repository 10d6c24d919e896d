using System.Net;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Tiffin.Edge;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Webhooks;

sealed class WebhooksFeature : Feature
{
    public override IEnumerable<ApiTag> Tags => [new("Webhooks", "Event deliveries to your HTTP endpoints.")];

    public override JsonSerializerContext Json => WebhooksJson.Strict;

    public override IEnumerable<ProblemPage> Problems =>
    [
        new(WebhookRules.TooManyWebhooks(20), "The owner has as many webhooks as are allowed.",
            "Delete a webhook that is no longer used, or add event types to an existing one."),
        new(WebhookRules.Disabled, "The webhook is disabled, by its owner or after days of failed deliveries.",
            "Repair the endpoint, then PATCH the webhook with { \"status\": \"enabled\" }."),
    ];

    public override void Add(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddSettings<WebhookOptions>("Webhooks");
        services.AddSingleton(all => new LateReader("webhook deliveries are retried", "Webhooks:RetrySchedule",
            all.GetRequiredService<IOptions<WebhookOptions>>().Value.RetryDurationMax));
        services.TryAddSingleton<ResolveName>(Dns.GetHostAddressesAsync);
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<WebhookDisabler>();
        services.AddSingleton<PumpServices>();
        services.AddHosted<WebhookDispatcher>();
        services.AddSubscriber<WebhookSubscriber>();
        services.AddHistory<WebhookOptions>("webhook_deliveries", options => options.Retention);
        services.AddSingleton<IChore, OwnerKeyCheck>();
    }

    public override void Map(WebApplication app) => app.MapWebhooks();
}

[JsonSerializable(typeof(CreateWebhookRequest))]
[JsonSerializable(typeof(UpdateWebhookRequest))]
[JsonSerializable(typeof(RotateSecretRequest))]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(WebhookView))]
[JsonSerializable(typeof(Page<WebhookView>))]
[JsonSerializable(typeof(RotatedSecretView))]
[JsonSerializable(typeof(DeliveryView))]
[JsonSerializable(typeof(Page<DeliveryView>))]
[JsonSerializable(typeof(AttemptView))]
[JsonSerializable(typeof(List<PastAttemptView>))]
[JsonSerializable(typeof(ReplayView))]
sealed partial class WebhooksJson : JsonSerializerContext
{
    public static WebhooksJson Strict { get; } = new(StrictJson.Options());
}
