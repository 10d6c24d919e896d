using Tiffin.EventLog;

namespace Tiffin.Subscribers.Broker;

static class BrokerServices
{
    /// <summary>Publishes every event to RabbitMQ, if <c>Broker:Url</c> says where.</summary>
    public static void AddBroker(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection("Broker");
        if (section["Url"] is not { Length: > 0 }) return;
        services.AddOptions<BrokerOptions>().Bind(section)
            .Validate(options => options.Target().Nodes.Count > 0).ValidateOnStart();
        services.AddSubscriber<BrokerSubscriber>();
    }
}
