// The types of targets below that the library's own are made of: a Swift program imports Notilua alone.

import ConfigurationFiles
public import ConfigurationFiles
public import NotificationModel
import PushExtras
public import PushExtras

/// An error that ends a run, as one sentence for people: the place, the cause, the next step.
public typealias HostError = ConfigurationFiles.HostError

/// One plugin's failure on one notification.
public typealias Fault = NotificationModel.Fault

/// A rule of APNs for payloads that an operator may relax.
public typealias APNsRule = NotificationModel.APNsRule

/// The policy for a notification on which a plugin failed.
public typealias FaultPolicy = NotificationModel.FaultPolicy

/// The values of a chat message's push that stand beside `aps`.
public typealias PushExtra = PushExtras.PushExtra

/// A kind of channel that a chat message comes through.
public typealias ChannelType = PushExtras.ChannelType
