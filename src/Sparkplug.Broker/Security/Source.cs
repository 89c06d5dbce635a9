using System.Buffers.Binary;
using System.Net;

namespace Sparkplug.Broker.Security;

/// <summary>
/// Where a client comes from, as one party: an IPv4 address, or the 64-bit prefix of an IPv6 address, as a single machine may use all of
/// such a prefix. <c>default</c> is unknown.
/// </summary>
internal readonly record struct Source(UInt128 Bits)
{
    public static Source Of(IPAddress? address)
    {
        if (address is null)
            return default;
        var bits = BinaryPrimitives.ReadUInt128BigEndian(address.MapToIPv6().GetAddressBytes());
        return new Source(address.MapToIPv6().IsIPv4MappedToIPv6 ? bits : bits >> 64 << 64);
    }
}
