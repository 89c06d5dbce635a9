using System.Diagnostics.CodeAnalysis;

namespace Sparkplug.Payloads;

/// <summary>Sparkplug B payloads to bytes and back.</summary>
public static class PayloadCodec
{
    /// <summary>Encodes a payload. Signed integers are written sign-extended, UInt32 as int_value.</summary>
    public static byte[] Encode(Payload payload) => throw new NotImplementedException();

    /// <summary>Decodes bytes from outside; never throws.</summary>
    /// <param name="bytes">The MQTT payload.</param>
    /// <param name="limits">What to accept at most.</param>
    /// <param name="payload">The payload when the result is true; metrics that make no sense are listed in <see cref="Payload.Faults"/>.</param>
    /// <param name="fault">What is wrong when the result is false.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, PayloadLimits limits, [NotNullWhen(true)] out Payload? payload, out PayloadFault fault) =>
        throw new NotImplementedException();
}
