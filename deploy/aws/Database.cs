using Amazon.CDK;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.KMS;
using Amazon.CDK.AWS.RDS;
using Constructs;
using DatabaseInstanceProps = Amazon.CDK.AWS.RDS.DatabaseInstanceProps;
using InstanceType = Amazon.CDK.AWS.EC2.InstanceType;

namespace Tiffin.Aws;

/// <summary>
/// One PostgreSQL with a standby in another zone, which has the same blocks and serves no queries. Not the variant with
/// two readable standbys: see docs/decisions/0016-use-an-rds-instance-with-an-unreadable-standby.md.
/// </summary>
public sealed class Database
{
    public const string Name = "tiffin";
    public const string Owner = "tiffin";
    public const string Application = "tiffin_app";

    public Database(Construct scope, Size size, Network network, Secrets secrets, IKey key)
    {
        // RDS chooses the minor version: naming one would revert an upgrade.
        var engine = DatabaseInstanceEngine.Postgres(
            new PostgresInstanceEngineProps { Version = PostgresEngineVersion.Of("17", "17") });
        Instance = new DatabaseInstance(scope, "Database", new DatabaseInstanceProps
        {
            Engine = engine,
            InstanceType = new InstanceType(size.Database["db.".Length..]),
            MultiAz = true,
            ParameterGroup = new ParameterGroup(scope, "DatabaseSettings", new ParameterGroupProps
            {
                Engine = engine,
                Parameters = Settings(size),
            }),
            DatabaseName = Name,
            Credentials = Credentials.FromSecret(secrets.Owner, Owner),
            Vpc = network.Vpc,
            VpcSubnets = Network.Closed,
            SecurityGroups = [network.Database],
            PubliclyAccessible = false,
            StorageType = StorageType.GP3,
            AllocatedStorage = size.DatabaseGiB,
            MaxAllocatedStorage = size.DatabaseGiB * 4,
            StorageEncrypted = true,
            StorageEncryptionKey = key,
            // The maximum of RDS: the database can be restored to any second of these days.
            BackupRetention = Duration.Days(35),
            DeleteAutomatedBackups = false,
            CopyTagsToSnapshot = true,
            DeletionProtection = true,
            RemovalPolicy = RemovalPolicy.SNAPSHOT,
            AutoMinorVersionUpgrade = true,
            CloudwatchLogsExports = ["postgresql"],
            EnablePerformanceInsights = true,
            PerformanceInsightEncryptionKey = key,
            MonitoringInterval = Duration.Minutes(1),
        });
    }

    public DatabaseInstance Instance { get; }

    /// <summary>
    /// Contains no password: that is in PGPASSWORD. Channel binding proves to each side that the other knows the
    /// password and that no third party is between them, so the image needs no certificate of Amazon's.
    /// </summary>
    public string ConnectionString(string role, int pool) =>
        $"Host={Instance.DbInstanceEndpointAddress};Port={Network.DatabasePort};Database={Name};Username={role};"
        + $"SSL Mode=Require;Channel Binding=Require;GSS Encryption Mode=Disable;Maximum Pool Size={pool}";

    /// <summary>Settings that Tiffin relies on, and settings that keep customers' data out of the log.</summary>
    static Dictionary<string, string> Settings(Size size) => new()
    {
        // An acknowledged commit is on disk.
        ["synchronous_commit"] = "on",
        ["max_connections"] = $"{size.DatabaseSessions}",
        // Infrequent checkpoints: each makes the next writes longer.
        ["checkpoint_timeout"] = "900",
        ["max_wal_size"] = "4096",
        ["rds.force_ssl"] = "1",
        ["password_encryption"] = "scram-sha-256",
        ["rds.accepted_password_auth_method"] = "scram",
        ["log_lock_waits"] = "1",
        ["log_min_duration_statement"] = "1000",
        // A slow statement is logged without its values: they are names and addresses.
        ["log_parameter_max_length"] = "0",
        ["log_parameter_max_length_on_error"] = "0",
    };
}
