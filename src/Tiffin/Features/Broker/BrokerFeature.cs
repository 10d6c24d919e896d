using Tiffin.Edge;
using Tiffin.Engine.EventLog;

namespace Tiffin.Features.Broker;

/// <summary>Publishes every event to RabbitMQ if <c>Broker:Url</c> is set.</summary>
sealed class BrokerFeature : Feature
{
    public override void Add(WebApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection("Broker");
        if (section["Url"] is not { Length: > 0 }) return;
        builder.Services.AddOptions<BrokerOptions>().Bind(section)
            .Validate(options => options.Target().Nodes.Count > 0).ValidateOnStart();
        builder.Services.AddSubscriber<BrokerSubscriber>();
    }
}
