using Amazon.CDK;

namespace Tiffin.Aws;

/// <summary>
/// Two stacks: one with the data, which changes seldom, and one with the service, which is deployed with each release,
/// after the migration. Neither has an asset, so CloudFormation can deploy the templates without other tools.
/// </summary>
public static class Installation
{
    public static (DataStack Data, ServiceStack Service) AddTo(App app, Size size, string region)
    {
        var props = new StackProps
        {
            Env = new Amazon.CDK.Environment { Region = region },
            Synthesizer = new BootstraplessSynthesizer(),
            TerminationProtection = true,
            AnalyticsReporting = false,
        };
        var data = new DataStack(app, "TiffinData", size, region, props);
        return (data, new ServiceStack(app, "TiffinService", size, data, props));
    }
}
