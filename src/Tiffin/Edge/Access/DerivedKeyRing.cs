using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Tiffin.Edge.Access;

/// <summary>
/// The key ring of ASP.NET Core Data Protection: one key, derived from the master key. All nodes have it without
/// storing or exchanging it, and it changes with the master key.
/// </summary>
sealed class DerivedKeyRing(MasterKey masterKey) : IXmlRepository
{
    static readonly DateTimeOffset start = DateTimeOffset.UnixEpoch;

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var key = new AuthenticatedEncryptorDescriptor(
            new AuthenticatedEncryptorConfiguration { EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM },
            new Secret(masterKey.Derive("data protection"))).ExportToXml();
        return
        [
            new XElement("key",
                new XAttribute("version", 1),
                new XAttribute("id", new Guid(masterKey.Derive("data protection id").AsSpan(0, 16))),
                new XElement("creationDate", start),
                new XElement("activationDate", start),
                new XElement("expirationDate", start.AddYears(1000)),
                new XElement("descriptor",
                    new XAttribute("deserializerType", key.DeserializerType.AssemblyQualifiedName!),
                    key.SerializedDescriptorElement)),
        ];
    }

    public void StoreElement(XElement element, string friendlyName) =>
        throw new NotSupportedException("The only key is derived from the master key; none is stored.");
}
