using Tiffin.Edge;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Hosting;

namespace Tiffin.Features.Broker;

/// <summary>Publishes every event to RabbitMQ if <c>Broker:Url</c> is set.</summary>
sealed class BrokerFeature : Feature
{
    public override void Add(WebApplicationBuilder builder)
    {
        var settings = builder.AddSettings<BrokerOptions>("Broker");
        if (Settings.Read<BrokerOptions>(builder.Configuration, "Broker").Url is not { Length: > 0 }) return;
        // An invalid URL throws, with what is expected.
        settings.Validate(options => options.ParseUrl().Nodes.Count > 0);
        builder.Services.AddSubscriber<BrokerSubscriber>();
    }
}
