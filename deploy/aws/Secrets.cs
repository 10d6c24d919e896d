using Amazon.CDK;
using Amazon.CDK.AWS.KMS;
using Amazon.CDK.AWS.SecretsManager;
using Constructs;

namespace Tiffin.Aws;

/// <summary>What nobody has to know: made by Secrets Manager, handed to the containers that need it.</summary>
public sealed class Secrets
{
    /// <summary>Base64 of 32 bytes is 43 characters and a sign that fills up.</summary>
    public const int MasterKeyCharacters = 43;

    public Secrets(Construct scope, IKey key)
    {
        Owner = Account(scope, "Owner", Database.Owner, key);
        Application = Account(scope, "Application", Database.Application, key);
        var characters = new Secret(scope, "MasterKeyCharacters", new SecretProps
        {
            Description = "What the master key is made of",
            EncryptionKey = key,
            GenerateSecretString = Generated(MasterKeyCharacters),
            RemovalPolicy = RemovalPolicy.RETAIN,
        });
        MasterKey = new Secret(scope, "MasterKey", new SecretProps
        {
            Description = "Tracking links and webhook secrets are derived of it",
            EncryptionKey = key,
            // Not in the open: the template holds a reference that CloudFormation resolves.
            SecretStringValue = SecretValue.UnsafePlainText(characters.SecretValue.UnsafeUnwrap() + "="),
            RemovalPolicy = RemovalPolicy.RETAIN,
        });
    }

    /// <summary>Whom the schema belongs to: for migrations alone.</summary>
    public Secret Owner { get; }

    /// <summary>The server's role, which owns nothing.</summary>
    public Secret Application { get; }

    public Secret MasterKey { get; }

    public static SecretStringGenerator Generated(int length) => new()
    {
        // Letters and digits go into an address, a connection string and a shell as they are.
        ExcludePunctuation = true,
        IncludeSpace = false,
        PasswordLength = length,
    };

    static Secret Account(Construct scope, string id, string user, IKey key)
    {
        var password = Generated(40);
        return new Secret(scope, id, new SecretProps
        {
            Description = $"The database's role {user}",
            EncryptionKey = key,
            GenerateSecretString = new SecretStringGenerator
            {
                SecretStringTemplate = $$"""{"username":"{{user}}"}""",
                GenerateStringKey = "password",
                ExcludePunctuation = password.ExcludePunctuation,
                IncludeSpace = password.IncludeSpace,
                PasswordLength = password.PasswordLength,
            },
            RemovalPolicy = RemovalPolicy.RETAIN,
        });
    }
}
